"""The sheets of a workbook of any spreadsheet program, as pages of text (`page.Page`)."""
