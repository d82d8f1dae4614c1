global using TorchSharp;
global using Peer = TorchSharp.torch.Tensor;
