"""Who may do what: people, sessions, one-time links, and the matrix of role by path."""
