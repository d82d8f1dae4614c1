using System.Numerics;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>A table of cases with numbers of one type: each is an operator of ours and the same of libtorch.</summary>
internal sealed class Family<T>(string name) : List<Case>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static string DType => typeof(T) == typeof(float) ? "f32" : "f64";

    public void Add(
        string what, Input x, Func<Variable<T>, object> ours, Func<Peer, Peer> peer, bool backward = false) =>
        Add(what, [x], v => ours(v[0]), t => peer(t[0]), backward);

    public void Add(
        string what, Input x, Input y, Func<Variable<T>, Variable<T>, object> ours, Func<Peer, Peer, Peer> peer,
        bool backward = false) =>
        Add(what, [x, y], v => ours(v[0], v[1]), t => peer(t[0], t[1]), backward);

    public void Add(
        string what, Input x, Input y, Input z, Func<Variable<T>, Variable<T>, Variable<T>, object> ours,
        Func<Peer, Peer, Peer, Peer> peer, bool backward = false) =>
        Add(what, [x, y, z], v => ours(v[0], v[1], v[2]), t => peer(t[0], t[1], t[2]), backward);

    public void Add(
        string what, Input x, Places places, Func<Variable<T>, Tensor<int>, object> ours,
        Func<Peer, Peer, Peer> peer, bool backward = false)
    {
        (Lazy<Tensor<int>> index, Lazy<Peer> peerIndex) = Index(places);
        Add(what, [x], v => ours(v[0], index.Value), t => peer(t[0], peerIndex.Value), backward);
    }

    public void Add(
        string what, Input x, Places places, Input source, Func<Variable<T>, Tensor<int>, Variable<T>, object> ours,
        Func<Peer, Peer, Peer, Peer> peer, bool backward = false)
    {
        (Lazy<Tensor<int>> index, Lazy<Peer> peerIndex) = Index(places);
        Add(
            what, [x, source], v => ours(v[0], index.Value, v[1]), t => peer(t[0], peerIndex.Value, t[1]), backward);
    }

    /// <summary>
    /// Adds the operator by itself, and with <paramref name="backward"/> a row with its gradients too.
    /// </summary>
    public void Add(
        string what, Input[] inputs, Func<Variable<T>[], object> ours, Func<Peer[], Peer> peer, bool backward = false)
    {
        Add(what, inputs, (_, x) => ours(x), x => peer(x));
        if (backward)
        {
            Add(
                $"{what} + gradient", inputs,
                (tape, x) => tape.Grad(((Variable<T>)ours(x)).Sum(), x, createGraph: false),
                x => torch.autograd.grad([peer(x).sum()], x));
        }
    }

    /// <summary>Adds a case whose two sides return anything that <see cref="Comparison"/> understands.</summary>
    public void Add(
        string what, Input[] inputs, Func<Tape<T>, Variable<T>[], object> ours, Func<Peer[], object> peer,
        int operations = 1)
    {
        string size = string.Join(", ", inputs.Select(input => input.ToString()).Distinct());
        Add(new Case(name, what, size, DType, inputs.Max(input => input.Length), () =>
        {
            var tape = new Tape<T>();
            T[][] values = [.. inputs.Select((input, i) => input.Values<T>(i + 1))];
            Variable<T>[] x = [.. inputs.Zip(
                values, (input, data) => tape.Variable(Tensor.Create<T>(data, Shape.Create(input.Shape))))];
            Peer[] peers = LibTorch.IsAvailable
                ? [.. inputs.Zip(values, (input, data) => LibTorch.Variable(data, input.Shape))]
                : [];
            object Ours()
            {
                tape.Reset();
                return ours(tape, x);
            }

            return new Pair(Ours, LibTorch.IsAvailable ? () => peer(peers) : null, operations, operations);
        }));
    }

    private static (Lazy<Tensor<int>> Ours, Lazy<Peer> Peer) Index(Places places) =>
        (new(() => Tensor.Create<int>(places.Values(), Shape.Create(places.Shape))),
            new(() => LibTorch.Index(places.Values(), places.Shape)));
}
