"""How anything looks: chart style, blocks of documents, HTML, Word, Excel."""
