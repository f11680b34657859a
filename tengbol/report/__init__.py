"""What people read of a result or a book: pages, PDF, workbooks, the public file, alarms, words in three languages.

Decides how uniform a batch or a period was, in which measures and pictures (¶4, ¶15, ¶16), never who gets a writ.
Everything in it starts from a `record.Record`, whether of one result or of a year of a book.
"""
