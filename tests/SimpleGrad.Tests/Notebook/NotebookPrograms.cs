using System.Numerics;

namespace SimpleGrad.Tests.Notebook;

/// <summary>The functions of the teaching notebook, on a tape that prints like it.</summary>
internal sealed class NotebookPrograms<T>(Tape<T> tape) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Which gradients reached the rules that record them: (dL_dr is set, dL_dt is set).</summary>
    public List<(bool, bool)> Patterns { get; } = [];

    public static Variable<T> Simple(Variable<T> a, Variable<T> b)
    {
        Variable<T> t = a + b;
        return t * b;
    }

    public Variable<T> Recompute(Variable<T> a, Variable<T> b)
    {
        Variable<T> r = tape.Temporary((a.Value + b.Value) * b.Value);
        tape.RecordAggregate("simple_recompute", [a, b], [r], gradients =>
        {
            Variable<T> dr = gradients[0]!;
            Variable<T> t = a + b;
            Variable<T> dt = dr * b;
            return [dt, dt + dr * t];
        });
        return r;
    }

    public Variable<T> Wrong(Variable<T> a, Variable<T> b)
    {
        Tensor<T> sum = a.Value + b.Value;
        Variable<T> t = tape.Temporary(sum, "t");
        Variable<T> r = tape.Temporary(sum * b.Value);
        tape.RecordAggregate("simple_variable_wrong", [a, b], [r], gradients =>
        {
            Variable<T> dr = gradients[0]!;
            Variable<T> dt = dr * b;
            return [dt, dt + dr * t];
        });
        return r;
    }

    public Variable<T> Almost(Variable<T> a, Variable<T> b)
    {
        Tensor<T> sum = a.Value + b.Value;
        Variable<T> t = tape.Temporary(sum, "t_v");
        Variable<T> r = tape.Temporary(sum * b.Value);
        tape.RecordAggregate("simple_variable_almost", [a, b], [r, t], gradients =>
        {
            Variable<T> dr = gradients[0] ?? tape.Constant(Tensor.Zeros<T>(r.Shape));
            Variable<T> dt0 = gradients[1] ?? tape.Constant(Tensor.Zeros<T>(t.Shape));
            Variable<T> dt = dt0 + dr * b;
            Variable<T> db = dr * t + dt;
            return [dt, db];
        });
        return r;
    }

    public Variable<T> Optimised(Variable<T> a, Variable<T> b)
    {
        Tensor<T> sum = a.Value + b.Value;
        Variable<T> t = tape.Temporary(sum, "t_v");
        Variable<T> r = tape.Temporary(sum * b.Value);
        tape.RecordAggregate("simple_variable", [a, b], [r, t], gradients =>
        {
            (Variable<T>? dr, Variable<T>? dt) = (gradients[0], gradients[1]);
            if (dr is not null)
                dt = Aggregate.AddOptional(dt, dr * b);
            Variable<T>? db = dr is null ? null : dr * t;
            return [dt, Aggregate.AddOptional(db, dt)];
        });
        return r;
    }

    public Variable<T> BranchAtTop(Variable<T> a, Variable<T> b)
    {
        Tensor<T> sum = a.Value + b.Value;
        Variable<T> t = tape.Temporary(sum, "t_v");
        Variable<T> r = tape.Temporary(sum * b.Value);
        tape.RecordAggregate("simple_variable_top", [a, b], [r, t], gradients =>
        {
            (Variable<T>? dr, Variable<T>? dt0) = (gradients[0], gradients[1]);
            Patterns.Add((dr is not null, dt0 is not null));
            if (dr is null)
                return [dt0, dt0];
            Variable<T> dt = dt0 is null ? dr * b : dt0 + dr * b;
            Variable<T> db = dr * t;
            return [dt, db + dt];
        });
        return r;
    }

    public static Variable<T> Aggregate2Reference(Variable<T> a, Variable<T> b)
    {
        Variable<T> u = a * b;
        return u * u + b;
    }

    public Variable<T> Aggregate2Wrong(Variable<T> a, Variable<T> b)
    {
        (Variable<T> r, Variable<T> u) = Aggregate2Body(a, b);
        tape.RecordAggregate("agg2_wrong", [a, b], [r], gradients => Aggregate2Rule(gradients[0]!, u, null, a, b));
        return r;
    }

    public Variable<T> Aggregate2Recompute(Variable<T> a, Variable<T> b)
    {
        Tensor<T> product = a.Value * b.Value;
        Variable<T> r = tape.Temporary(product * product + b.Value);
        tape.RecordAggregate("agg2_recompute", [a, b], [r], gradients =>
            Aggregate2Rule(gradients[0]!, a * b, null, a, b));
        return r;
    }

    public Variable<T> Aggregate2Almost(Variable<T> a, Variable<T> b)
    {
        (Variable<T> r, Variable<T> u) = Aggregate2Body(a, b);
        tape.RecordAggregate("agg2_almost", [a, b], [r, u], gradients =>
        {
            Variable<T> dr = gradients[0] ?? tape.Constant(Tensor.Zeros<T>(r.Shape));
            Variable<T> du0 = gradients[1] ?? tape.Constant(Tensor.Zeros<T>(u.Shape));
            return Aggregate2Rule(dr, u, du0, a, b);
        });
        return r;
    }

    public Variable<T> Aggregate2(Variable<T> a, Variable<T> b)
    {
        (Variable<T> r, Variable<T> u) = Aggregate2Body(a, b);
        tape.RecordAggregate("agg2", [a, b], [r, u], gradients => (gradients[0], gradients[1]) switch
        {
            (null, null) => [null, null],
            (null, { } du) => [du * b, du * a],
            ({ } dr, var du) => Aggregate2Rule(dr, u, du, a, b),
        });
        return r;
    }

    public static Variable<T> Aggregate3Reference(Variable<T> a, Variable<T> b)
    {
        Variable<T> s = a + b;
        return s * a * s;
    }

    /// <summary>Two captured temporaries: s = a + b, u = s * a, r = u * s.</summary>
    public Variable<T> Aggregate3(Variable<T> a, Variable<T> b)
    {
        Tensor<T> sum = a.Value + b.Value;
        Tensor<T> product = sum * a.Value;
        Variable<T> s = tape.Temporary(sum, "s_v");
        Variable<T> u = tape.Temporary(product, "u_v");
        Variable<T> r = tape.Temporary(product * sum);
        tape.RecordAggregate("agg3", [a, b], [r, s, u], gradients =>
        {
            (Variable<T>? dr, Variable<T>? ds, Variable<T>? du) = (gradients[0], gradients[1], gradients[2]);
            if (dr is not null)
            {
                du = Aggregate.AddOptional(du, dr * s);
                ds = Aggregate.AddOptional(ds, dr * u);
            }
            Variable<T>? da = null;
            if (du is not null)
            {
                ds = Aggregate.AddOptional(ds, du * a);
                da = du * s;
            }
            return [Aggregate.AddOptional(da, ds), ds];
        });
        return r;
    }

    private (Variable<T> Result, Variable<T> U) Aggregate2Body(Variable<T> a, Variable<T> b)
    {
        Tensor<T> product = a.Value * b.Value;
        Variable<T> u = tape.Temporary(product, "u_v");
        return (tape.Temporary(product * product + b.Value), u);
    }

    private static Variable<T>?[] Aggregate2Rule(
        Variable<T> dr, Variable<T> u, Variable<T>? du0, Variable<T> a, Variable<T> b)
    {
        Variable<T> du = dr * u + dr * u;
        du = du0 is null ? du : du0 + du;
        return [du * b, du * a + dr];
    }
}
