using Microsoft.ML.AdaMix.Notices;

string file = Path.GetFullPath("THIRD-PARTY-NOTICES");
File.WriteAllText(file, PackageList.Replace(File.ReadAllText(file), PackageList.Read(Path.GetDirectoryName(file)!)));
Console.WriteLine(file);
