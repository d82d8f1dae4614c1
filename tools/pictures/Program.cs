using SimpleGrad.Pictures;

// Draws the icon of the packages: pictures [FOLDER].
string folder = args.FirstOrDefault() ?? "docs/pictures";
Directory.CreateDirectory(folder);
File.WriteAllText(Path.Combine(folder, "icon.svg"), Icon.Svg());
File.WriteAllBytes(Path.Combine(folder, "icon.png"), Icon.Png());
