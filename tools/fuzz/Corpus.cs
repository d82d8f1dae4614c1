using System.Runtime.InteropServices;
using SharpFuzz;

namespace SimpleGrad.Fuzz;

/// <summary>
/// Tells which inputs reach code that no earlier one has reached: the tool's branches are instrumented, as for AFL.
/// </summary>
internal sealed unsafe class Corpus
{
    private const int Size = 1 << 16;

    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size]; // for each branch a bit per order of magnitude of its count

    /// <summary>Instruments the tool, which must not be loaded yet.</summary>
    public static Corpus Guided()
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "SimpleGrad.Cli.dll");
        try
        {
            Fuzzer.Instrument(tool, _ => true, SharpFuzz.Options.Value);
        }
        catch (InstrumentationException)
        {
            // It is instrumented already.
        }
        var corpus = new Corpus();
        SharpFuzz.Common.Trace.SharedMem = corpus._map;
        return corpus;
    }

    /// <summary>Forgets the branches of the last input.</summary>
    public void Begin() => new Span<byte>(_map, Size).Clear();

    /// <summary>Whether the input took a branch that no earlier one took, or took one much more often.</summary>
    public bool IsNew()
    {
        bool isNew = false;
        for (int i = 0; i < Size; i++)
        {
            if (_map[i] == 0)
                continue;
            byte often = (byte)(1 << System.Numerics.BitOperations.Log2(_map[i]));
            isNew |= (_seen[i] & often) == 0;
            _seen[i] |= often;
        }
        return isNew;
    }
}
