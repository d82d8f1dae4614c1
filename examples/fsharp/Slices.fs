/// F#'s slices, x.[1..2] and x.[.., 0..1], of variables and tensors. F# finds them by the name GetSlice, with options
/// of its own core library, so that they are written in F#: take this file into your project.
[<AutoOpen>]
module SimpleGrad.Slices

open System
open System.Numerics
open SimpleGrad

/// F#'s ranges include their end; .NET's do not.
let private range (start: int option) (finish: int option) : AxisIndex =
    let stop =
        match finish with
        | Some last -> Index(last + 1)
        | None -> Index.End

    AxisIndex.op_Implicit (Range(Index(defaultArg start 0), stop))

type Variable<'T
    when 'T: unmanaged and 'T: (new: unit -> 'T) and 'T: struct and 'T :> ValueType
    and 'T :> IBinaryFloatingPointIeee754<'T>> with

    member x.GetSlice(start: int option, finish: int option) =
        x.Part(ReadOnlySpan [| range start finish |])

    member x.GetSlice(start0: int option, finish0: int option, start1: int option, finish1: int option) =
        x.Part(ReadOnlySpan [| range start0 finish0; range start1 finish1 |])

type Tensor<'T when 'T: unmanaged and 'T: (new: unit -> 'T) and 'T: struct and 'T :> ValueType> with

    member x.GetSlice(start: int option, finish: int option) =
        x.Part(ReadOnlySpan [| range start finish |])

    member x.GetSlice(start0: int option, finish0: int option, start1: int option, finish1: int option) =
        x.Part(ReadOnlySpan [| range start0 finish0; range start1 finish1 |])
