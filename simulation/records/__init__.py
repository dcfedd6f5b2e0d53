"""What is counted of a month, and the checks of the state. Behaviour never reads it."""
