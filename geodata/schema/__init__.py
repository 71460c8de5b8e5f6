"""What a programme, its records and its scenarios look like."""
