"""Files of users: YAML, CSV and rows of tables, each read strictly by one reader."""
