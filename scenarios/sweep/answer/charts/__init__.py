"""The charts of an answer: what each axis does, two axes together, Sobol' indices."""
