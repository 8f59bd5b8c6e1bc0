"""Shell text: words and simple commands with their places; never runs anything, never knows a rule."""
