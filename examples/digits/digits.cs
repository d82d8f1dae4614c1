#:project ../../src/SimpleGrad/SimpleGrad.csproj
#:package CsvHelper
#:package Spectre.Console

// Learns to read handwritten digits: a small network, its loss, and the optimiser written out in full.
//
// digits.csv.gz has 1797 digits of 8 x 8 pixels from 0 to 16, and the label in the last column: UCI,
// "Optical Recognition of Handwritten Digits", test part; E. Alpaydin, C. Kaynak, 1998; CC BY 4.0.

using System.IO.Compression;
using CsvHelper;
using SimpleGrad;
using Spectre.Console;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

const int pixels = 64, hidden = 96, classes = 10;
const int batchSize = 32, epochs = 40;
const float learningRate = 2e-3f, keep = 0.9f, keepSquare = 0.999f;

string folder = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
float[][] rows = ReadRows(Path.Combine(folder, "digits.csv.gz"));
float[][] held = [.. rows.Where((_, i) => i % 5 == 0)];
float[][] training = [.. rows.Where((_, i) => i % 5 != 0)];
Console.WriteLine($"{training.Length} digits to learn from, {held.Length} held out");

var random = new Random(1);
Tensor<float>[] weights =
[
    RandomMatrix(pixels, hidden), Tensor.Zeros<float>([hidden]),
    RandomMatrix(hidden, classes), Tensor.Zeros<float>([classes]),
];
// Adam's running means of each gradient and of its square.
Tensor<float>[] means = [.. weights.Select(weight => Tensor.Zeros<float>(weight.Shape))];
Tensor<float>[] squares = [.. means];
var tape = new Tape<float>();

int steps = epochs * (training.Length / batchSize);
var heap = new List<long>();
// A bar that draws over itself is only good to look at.
if (Console.IsOutputRedirected)
{
    Train(() => { });
}
else
{
    AnsiConsole.Progress().Start(bars =>
    {
        ProgressTask bar = bars.AddTask("training", maxValue: steps);
        Train(() => bar.Increment(1));
    });
}

Console.WriteLine($"{steps} steps; managed heap after 10 %, 50 % and 100 % of them:");
Console.WriteLine($"  {string.Join(", ", heap.Select(bytes => $"{bytes / 1e6:F2} MB"))}");
double accuracy = Accuracy(held);
Console.WriteLine($"{100 * accuracy:F1} % of the digits held out are read correctly");

const long allowedGrowth = 3_000_000; // bytes; without tape.Reset it would be a hundred million
if (heap[^1] - heap[0] > allowedGrowth)
    throw new InvalidOperationException("The heap has grown during training.");
if (accuracy < 0.96)
    throw new InvalidOperationException("Fewer than 96 % of the digits held out are read correctly.");

void Train(Action stepDone)
{
    int step = 0;
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        random.Shuffle(training);
        foreach (float[][] batch in training.Chunk(batchSize).Where(batch => batch.Length == batchSize))
        {
            Step(batch, ++step);
            stepDone();
            if (step == steps / 10 || step == steps / 2 || step == steps)
                heap.Add(GC.GetTotalMemory(forceFullCollection: true));
        }
    }
}

void Step(float[][] batch, int step)
{
    tape.Reset();
    Variable<float>[] variables = [.. weights.Select(weight => tape.Variable(weight))];
    Variable<float> logits = Logits(variables, tape.Constant(Pixels(batch)));
    Variable<float> loss = CrossEntropy(logits, tape.Constant(OneHot(batch)));
    Variable<float>?[] gradients = tape.Grad(loss, variables, createGraph: false);

    for (int i = 0; i < weights.Length; i++)
    {
        Tensor<float> gradient = gradients[i]!.Value;
        means[i] = keep * means[i] + (1 - keep) * gradient;
        squares[i] = keepSquare * squares[i] + (1 - keepSquare) * gradient.Square();
        // Both begin at zero, and are scaled up to make good for that.
        Tensor<float> mean = means[i] / (1 - Math.Pow(keep, step));
        Tensor<float> square = squares[i] / (1 - Math.Pow(keepSquare, step));
        weights[i] -= learningRate * mean / (square.Sqrt() + 1e-8);
    }
}

static Variable<float> Logits(Variable<float>[] weights, Variable<float> x)
{
    Variable<float> layer = (x.MatMul(weights[0]) + weights[1]).Tanh();
    return layer.MatMul(weights[2]) + weights[3];
}

// The label's probability is exp(logit) / sum(exp(logits)); the loss is the mean of its logarithm, negated.
static Variable<float> CrossEntropy(Variable<float> logits, Variable<float> oneHot) =>
    (logits.LogSumExp(axis: 1) - (logits * oneHot).Sum(axis: 1)).Mean();

double Accuracy(float[][] rows)
{
    tape.Reset();
    Variable<float>[] constants = [.. weights.Select(weight => tape.Constant(weight))];
    Tensor<float> logits = Logits(constants, tape.Constant(Pixels(rows))).Value;
    float[][] guesses = [.. logits.ToArray().Chunk(classes)];
    return rows.Zip(guesses)
        .Average(pair => TensorPrimitives.IndexOfMax<float>(pair.Second) == Label(pair.First) ? 1.0 : 0);
}

Tensor<float> RandomMatrix(int inputs, int outputs)
{
    double range = Math.Sqrt(6.0 / (inputs + outputs));
    IEnumerable<double> values = Enumerable.Range(0, inputs * outputs).Select(_ => 2 * random.NextDouble() - 1);
    return Tensor.Create<float>([.. values.Select(value => (float)(value * range))], [inputs, outputs]);
}

static int Label(float[] row) => (int)row[pixels];

static Tensor<float> Pixels(float[][] rows) =>
    Tensor.Create<float>([.. rows.SelectMany(row => row[..pixels])], [rows.Length, pixels]) / 16;

static Tensor<float> OneHot(float[][] rows)
{
    var values = new float[rows.Length * classes];
    for (int i = 0; i < rows.Length; i++)
        values[i * classes + Label(rows[i])] = 1;
    return Tensor.Create<float>(values, [rows.Length, classes]);
}

static float[][] ReadRows(string path)
{
    using var unpacked = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
    using CsvReader csv = CsvReader.Create(unpacked, new CsvReaderOptions { HasHeader = false });
    var rows = new List<float[]>();
    while (csv.Read())
        rows.Add([.. Enumerable.Range(0, pixels + 1).Select(csv.Parse<float>)]);
    return [.. rows];
}
