"""What clerks write in place of the contract's own codes, days and numbers, put into the contract's form.

Only what has one meaning is put right; anything else stays as it was typed, so that its row can be rejected with what
stood there. Everything is expressions over columns of text: a large table of Russian values costs no loop.
"""
