"""From a folder to proposals for rules: clean, group by portal, leave copies out, mine what is left."""



