using SimpleGrad.Pictures;

// Draws the icon of the packages and the pictures of the documents: pictures [FOLDER].
string folder = args.FirstOrDefault() ?? "docs/pictures";
Directory.CreateDirectory(folder);
File.WriteAllBytes(Path.Combine(folder, "icon.png"), Icon.Png());
foreach ((string name, string svg) in Pictures.All())
    File.WriteAllText(Path.Combine(folder, name), svg);
