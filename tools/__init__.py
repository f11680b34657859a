"""What makes the pages of docs that nobody writes by hand: `make reference`."""
