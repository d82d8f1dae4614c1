using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// While a function is run on an example that stands for a batch: entries keep all that they read and made, so that
/// they can be run again on the batch.
/// </summary>
internal sealed class MappingRecorder<T>(Tape<T> tape) : AppendingRecorder<T>(tape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool RecordsAll => true;

    public override Keeps KeepsOf(Keeps keeps) => Keeps.Inputs | Keeps.Result;
}
