"""Reading what the flow charts draw: one load of a map's flow, and a figure a chart."""
