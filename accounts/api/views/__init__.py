"""The handlers of the API of accounts and jobs: each calls one service or one selector."""
