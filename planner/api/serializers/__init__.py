"""What the API tells and takes about the planner's objects, one aggregate a module."""
