"""Kernels of the flow charts: cumulative flow in dollars, ageing, cycle times, process limits, work mix."""
