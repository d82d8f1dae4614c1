using SimpleGrad;
using SimpleGrad.GradBench;

Parallelism.ThreadCount = 1;
using Stream input = Console.OpenStandardInput();
using Stream output = Console.OpenStandardOutput();
Protocol.Run(input, output);
