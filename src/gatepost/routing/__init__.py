"""Renders what routes tell, and lets services send it; never decides who is told of what."""
