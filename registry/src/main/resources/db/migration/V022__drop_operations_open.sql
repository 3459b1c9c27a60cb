-- operations_one_open_per_engine has the same rows, and so serves the relay as well. Of the two the planner took this one for
-- admits as long as nothing was under way, and went on to look through all open operations when there were many.
DROP INDEX operations_open;
