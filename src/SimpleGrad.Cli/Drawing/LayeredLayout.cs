namespace SimpleGrad.Cli;

/// <summary>
/// Places the nodes of an acyclic graph in layers, each edge leading down: after Sugiyama, Tagawa and Toda (1981).
/// </summary>
/// <remarks>
/// An edge over several layers gets a place of its own in each of them. The order within the layers follows the mean
/// place of the neighbours, in some rounds down and up; then each item goes as near to them as its own neighbours in
/// the layer let it.
/// </remarks>
internal sealed class LayeredLayout
{
    private const double Gap = 26, LayerGap = 44, EdgeWidth = 6, Margin = 16;
    private const int Rounds = 24;

    private readonly List<Item> _items = [];
    private readonly List<List<Item>> _layers = [];
    private readonly List<IReadOnlyList<Item>> _routes = [];

    /// <param name="sizes">The size of each node.</param>
    /// <param name="edges">The edges; each leads to a node with a higher number.</param>
    public LayeredLayout(
        IReadOnlyList<(double Width, double Height)> sizes, IReadOnlyList<(int From, int To)> edges)
    {
        int[] layers = LayersOf(sizes.Count, edges);
        for (int node = 0; node < sizes.Count; node++)
            Add(layers[node], sizes[node]);
        foreach ((int from, int to) in edges)
        {
            List<Item> route = [_items[from]];
            for (int layer = layers[from] + 1; layer < layers[to]; layer++)
                route.Add(Add(layer, (EdgeWidth, 0)));
            route.Add(_items[to]);
            foreach ((Item above, Item below) in route.Zip(route.Skip(1)))
            {
                above.Below.Add(below);
                below.Above.Add(above);
            }
            _routes.Add(route);
        }
        Order();
        Place();
    }

    public double Width { get; private set; }

    public double Height { get; private set; }

    /// <summary>The middle of a node.</summary>
    public Point Middle(int node) => new(_items[node].X, _items[node].Y);

    /// <summary>The points of an edge, from the lower side of its first node to the upper side of its last.</summary>
    public IReadOnlyList<Point> Route(int edge)
    {
        IReadOnlyList<Item> route = _routes[edge];
        return
        [
            new(route[0].X, route[0].Y + route[0].Height / 2),
            .. route.Skip(1).SkipLast(1).Select(item => new Point(item.X, item.Y)),
            new(route[^1].X, route[^1].Y - route[^1].Height / 2),
        ];
    }

    /// <summary>As far up as what they read allows; what reads nothing is just above its first reader.</summary>
    private static int[] LayersOf(int count, IReadOnlyList<(int From, int To)> edges)
    {
        int[] layers = new int[count];
        ILookup<int, int> sources = edges.ToLookup(edge => edge.To, edge => edge.From);
        ILookup<int, int> users = edges.ToLookup(edge => edge.From, edge => edge.To);
        for (int node = 0; node < count; node++)
            layers[node] = sources[node].Select(from => layers[from] + 1).DefaultIfEmpty(0).Max();
        for (int node = 0; node < count; node++)
        {
            if (!sources.Contains(node) && users.Contains(node))
                layers[node] = users[node].Min(user => layers[user]) - 1;
        }
        return layers;
    }

    private Item Add(int layer, (double Width, double Height) size)
    {
        while (_layers.Count <= layer)
            _layers.Add([]);
        var item = new Item(size.Width, size.Height);
        _items.Add(item);
        _layers[layer].Add(item);
        return item;
    }

    private void Order()
    {
        Number();
        for (int round = 0; round < Rounds; round++)
        {
            bool isDown = round % 2 == 0;
            foreach (List<Item> layer in isDown ? _layers : Enumerable.Reverse(_layers))
            {
                // Items without neighbours stay where they are among the others.
                Item[] sorted = [.. layer.OrderBy(item => item.MeanIndex(isDown))];
                layer.Clear();
                layer.AddRange(sorted);
                Number(layer);
            }
        }
    }

    private void Number() => _layers.ForEach(Number);

    private static void Number(List<Item> layer)
    {
        for (int i = 0; i < layer.Count; i++)
            layer[i].Index = i;
    }

    private void Place()
    {
        double y = Margin;
        foreach (List<Item> layer in _layers)
        {
            double height = layer.Max(item => item.Height), x = 0;
            foreach (Item item in layer)
            {
                item.Y = y + height / 2;
                item.X = x + item.Width / 2;
                x += item.Width + Gap;
            }
            y += height + LayerGap;
        }
        for (int round = 0; round < Rounds; round++)
        {
            foreach (List<Item> layer in round % 2 == 0 ? _layers : Enumerable.Reverse(_layers))
                MoveToNeighbours(layer, round % 2 == 0);
        }
        double left = _items.Min(item => item.X - item.Width / 2) - Margin;
        foreach (Item item in _items)
            item.X -= left;
        Width = _items.Max(item => item.X + item.Width / 2) + Margin;
        Height = y - LayerGap + Margin;
    }

    /// <summary>
    /// The places of a layer's items that are nearest, by squares, to where they would like to be, in their order and
    /// with gaps: neighbours that would overlap form a block, which lies at the mean of what its items would like.
    /// </summary>
    private static void MoveToNeighbours(List<Item> layer, bool isDown)
    {
        var blocks = new List<(double Sum, int Count)>();
        double offset = 0;
        double[] offsets = new double[layer.Count];
        for (int i = 0; i < layer.Count; i++)
        {
            offset += i == 0 ? 0 : (layer[i - 1].Width + layer[i].Width) / 2 + Gap;
            offsets[i] = offset;
            (double sum, int count) = (layer[i].MeanPlace(isDown) - offset, 1);
            while (blocks.Count > 0 && blocks[^1].Sum / blocks[^1].Count > sum / count)
            {
                (sum, count) = (sum + blocks[^1].Sum, count + blocks[^1].Count);
                blocks.RemoveAt(blocks.Count - 1);
            }
            blocks.Add((sum, count));
        }
        int item = 0;
        foreach ((double sum, int count) in blocks)
        {
            for (int i = 0; i < count; i++, item++)
                layer[item].X = sum / count + offsets[item];
        }
    }

    /// <summary>A node, or the place of an edge in a layer.</summary>
    private sealed class Item(double width, double height)
    {
        public double Width => width;

        public double Height => height;

        public double X { get; set; }

        public double Y { get; set; }

        public int Index { get; set; }

        public List<Item> Above { get; } = [];

        public List<Item> Below { get; } = [];

        public double MeanIndex(bool isDown) =>
            Neighbours(isDown).Select(item => (double)item.Index).DefaultIfEmpty(Index).Average();

        public double MeanPlace(bool isDown) =>
            Neighbours(isDown).Select(item => item.X).DefaultIfEmpty(X).Average();

        private List<Item> Neighbours(bool isDown) => isDown ? Above : Below;
    }
}
