"""The JSON API as data: routes, what is asked, what is answered, the document of it all."""
