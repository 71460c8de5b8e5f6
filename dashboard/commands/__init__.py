"""What each command does: parse nothing, call the programme, say the result."""
