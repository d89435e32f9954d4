"""The main text of pages, by this tool and by others, against what people say it is."""
