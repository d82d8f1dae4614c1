// Gradients in F#: operators, indices and slices, a fit by gradient descent, and a compiled function.
open System
open SimpleGrad

// Tensors: arithmetic with numbers on either side, functions, elements and slices.
let x = Tensor.FromArray<double>(array2D [ [ 1.0; 2.0; 3.0 ]; [ 4.0; 5.0; 6.0 ] ])
printfn "1 - x / 2 = %O" (1.0 - x / 2.0)
printfn "-x * x    = %O" (-x * x)
printfn "x.[1]     = %O" x.[1]
printfn "x.[1, 2]  = %O" x.[1, 2]
printfn "x.[0..0, 1..] = %O" x.[0..0, 1..]
printfn "columns   = %O" (x.Sum 0)
printfn "reshaped  = %O" (x.Reshape(3, 2))
printfn "stacked   = %O" (Tensor.Stack [| x.[0]; x.[1] |]).Shape

// A tape: the first example of the readme, and its second derivatives.
let tape = Tape<double>()
let a = tape.Variable([| 0.5; 1.0; 2.0 |], "a")
let b = tape.Variable([| 3.0; 1.0; 0.5 |], "b")
let loss = ((a + b) * b).Sum()
let gradients = tape.Grad(loss, [| a; b |])
printfn "dL/da     = %O" gradients.[0]
printfn "dL/db     = %O" gradients.[1]
let second = tape.Grad((gradients.[1] * gradients.[1]).Sum(), [| b |])
printfn "d(|dL/db|²)/db = %O" second.[0]

// Functions of tensors: value and gradient, compiled.
let points = Tensor.LinSpace(0.0, 4.0, 9)
let measured = 2.0 * (1.0 - (-0.7 * points).Exp())

let error (p: Variable<double>) =
    let t = p.Tape.Constant points
    let model = p.[0] * (1.0 - (-p.[1] * t).Exp())
    (model - p.Tape.Constant measured).Square().Sum()

let fit = Derivatives.ValueAndGrad<double>(Func<_, _> error).Compile()
let mutable p = Tensor.FromArray<double> [| 1.0; 1.0 |]

for _ in 1..500 do
    let struct (_, gradient) = fit.Invoke p
    p <- p - 0.05 * gradient

printfn "fitted    = %s" (p.ToString "F4")
