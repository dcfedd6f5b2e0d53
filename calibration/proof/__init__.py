"""Does the method find parameters that are known?"""
