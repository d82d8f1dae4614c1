namespace SimpleGrad.Coefficients;

/// <summary>
/// Compares the polynomials of the library's vector functions with the functions they stand for, and writes the code
/// that evaluates them; with <c>--check</c> only says whether that code is what is in the repository.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        bool isRight = true;
        var tables = new List<(Table, double)>();
        foreach (Table table in Tables.All)
        {
            double error = table.Error();
            tables.Add((table, error));
            bool isAccurate = table.Accepts(error);
            isRight &= isAccurate;
            Console.WriteLine(
                $"{table.Name,-26} error 2^{Math.Log2(error):F2}{(isAccurate ? "" : ", which is too large")}");
        }
        string path = Path.Combine(Root(), "src", "SimpleGrad", "Kernels", "VectorMath.Polynomials.cs");
        string text = Writer.File(tables);
        if (!args.Contains("--check"))
        {
            File.WriteAllText(path, text);
        }
        else if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            Console.WriteLine($"{path} is not what this program writes: run it without --check.");
            isRight = false;
        }
        return isRight ? 0 : 1;
    }

    /// <summary>The repository that the program was built in.</summary>
    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SimpleGrad.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The repository was not found.");
        return folder.FullName;
    }
}
