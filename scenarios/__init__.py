"""From the report and conf/ to runs of the model: figures, population, configuration, results, comparison."""
