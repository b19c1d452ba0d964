"""The handlers of the planner's API, one aggregate a module: each calls one service or one selector."""
