using SimpleGrad.Site;

// Writes the sources of the site into a folder: site ROOT FOLDER. See tools/site.sh.
new SiteSource(Path.GetFullPath(args[0]), Path.GetFullPath(args[1])).Write();
