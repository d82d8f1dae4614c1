namespace SimpleGrad.Tests.Notebook;

/// <summary>
/// A tape that prints like the notebook, and the chain of losses that the exercises take of a program.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public Session()
    {
        Tape = new Tape<double>(Trace.Notebook(_output));
        Programs = new NotebookPrograms<double>(Tape);
    }

    public Tape<double> Tape { get; }

    public NotebookPrograms<double> Programs { get; }

    /// <summary>Gradients by the names that the golden results give them.</summary>
    public Dictionary<string, Variable<double>?> Results { get; } = [];

    public string[] TraceLines => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => _output.Dispose();

    /// <summary>
    /// L0 is the sum of the result; each further loss is the sum of squares of the known gradients of the one before.
    /// </summary>
    public void NormChain(Variable<double> result, int orders, params (string Name, Variable<double> Variable)[] wanted)
    {
        Variable<double> loss = result.Sum(name: "L0");
        for (int order = 0; order < orders; order++)
        {
            Variable<double>?[] gradients = Tape.Grad(loss, [.. wanted.Select(item => item.Variable)]);
            for (int i = 0; i < wanted.Length; i++)
                Results[$"dL{order}_d{wanted[i].Name}"] = gradients[i];
            if (SumOfSquares(gradients, $"L{order + 1}") is not { } next)
                return;
            loss = next;
        }
    }

    /// <summary>Two orders, as the notebook runs its programs.</summary>
    public void RunGradients(Variable<double> result, Variable<double> a, Variable<double> b)
    {
        (Variable<double>? da, Variable<double>? db) = Tape.Grad(result.Sum(name: "L0"), a, b);
        (Results["da"], Results["db"]) = Tape.Grad(SumOfSquares([da, db], "L1")!, a, b);
    }

    /// <summary>
    /// Gradients without known zeros: every missing one is a tensor of zeros, and every entry propagates. It is
    /// written on the tape's public entries, as a user would.
    /// </summary>
    public Variable<double>[] ZerosGrad(Variable<double> loss, params Variable<double>[] wanted)
    {
        TapeEntry<double>[] entries = [.. Tape.Entries];
        var order = new List<string> { loss.Name };
        var gradients = new Dictionary<string, Variable<double>>
        {
            [loss.Name] = Tape.Root.AddSeed(loss.Shape),
        };
        Variable<double> Gather(string name, Shape shape) => gradients.TryGetValue(name, out Variable<double>? known)
            ? known
            : Tape.Constant(Tensor.Zeros<double>(shape));

        _output.WriteLine($"d{loss.Name} ------------------------");
        foreach (TapeEntry<double> entry in entries.Reverse())
        {
            Variable<double>?[] inputs = entry.Propagate([.. entry.Outputs.Zip(entry.OutputShapes, Gather)]);
            for (int i = 0; i < inputs.Length; i++)
            {
                string name = entry.Inputs[i];
                if (gradients.TryGetValue(name, out Variable<double>? old))
                {
                    gradients[name] = old + inputs[i]!;
                    continue;
                }
                gradients[name] = inputs[i]!;
                order.Add(name);
            }
        }
        foreach (string name in order)
            _output.WriteLine($"d{loss.Name}_d{name} = {gradients[name].Name}");
        _output.WriteLine("------------------------");
        return [.. wanted.Select(variable => Gather(variable.Name, variable.Shape))];
    }

    public static Variable<double>? SumOfSquares(IEnumerable<Variable<double>?> gradients, string name)
    {
        Variable<double>? sum = null;
        foreach (Variable<double> gradient in gradients.OfType<Variable<double>>())
        {
            Variable<double> square = gradient * gradient;
            sum = sum is null ? square : sum + square;
        }
        return sum?.Sum(name);
    }
}
