"""Dockerfiles and Containerfiles: text ⇄ document; never knows a rule."""
