"""When will it be done, and how much value by a date: Monte Carlo over a team's own past.

`throughput` draws futures from a history, `completion` lets work be done in them, `queues` the work of several teams
at once; `backtest` asks of the past whether such forecasts held what they say, `shifts` whether it was one past;
`ordering` and `workdays` are about what comes first and on which days.
"""
