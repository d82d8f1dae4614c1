namespace SimpleGrad.GradBench;

/// <summary>
/// Hand tracking: how far the points of a measured hand are from a model with bones and skin in a pose of 26
/// parameters; either from vertices, or from places inside triangles that have two parameters each.
/// </summary>
internal static class Ht
{
    private const int Bones = 22, Fingers = 5, ParametersOfFinger = 4;

    public static Evaluation Objective(Input input)
    {
        Hand hand = Read(input);
        return Evaluation.Of(
            TensorFunction.Of<double>(x => [hand.Errors(Parameters(x[0], x[1]), x[2..])]), 1, 0, hand.Inputs);
    }

    public static Evaluation Jacobian(Input input)
    {
        Hand hand = Read(input);
        return Evaluation.Of(
            TensorFunction.Of<double>(x => [hand.Jacobian(Parameters(x[0], x[1]), x[2..])]), 1, 0, hand.Inputs);
    }

    /// <summary>The turn and the place of the hand, the angles of the fingers, and the places in triangles.</summary>
    private static Variable<double>[] Parameters(Variable<double> theta, Variable<double> places) =>
        [theta[..3], theta[3..6], theta[6..], places];

    private static Hand Read(Input input)
    {
        Input data = input["data"], model = data["model"];
        Tensor<double> positions = model["base_positions"].Tensor(-1, 4);
        int vertices = positions.Shape[0];
        int[] parents = Array.ConvertAll(model["parents"].Tensor(Bones).ToArray(), parent => (int)parent);
        for (int i = 0; i < Bones; i++)
        {
            if (parents[i] < -1 || parents[i] >= i)
                throw new InputException($"data.model.parents has {parents[i]} for bone {i}");
        }
        Tensor<double> points = data["points"].Tensor(-1, 3), places = input["us"].Tensor(-1, 2);
        bool hasPlaces = places.Length > 0;
        int[][] corners;
        if (hasPlaces)
        {
            places = input["us"].Tensor(points.Shape[0], 2);
            int[] all = model["triangles"].Indices(vertices, -1, 3);
            int[] triangles = data["correspondences"].Indices(all.Length / 3, points.Shape[0]);
            corners = [.. Enumerable.Range(0, 3).Select(i => Array.ConvertAll(triangles, at => all[3 * at + i]))];
        }
        else
        {
            corners = [data["correspondences"].Indices(vertices, points.Shape[0])];
            places = Tensor.Zeros<double>([1]);
        }
        return new Hand(
            parents, Array.ConvertAll(corners, corner => Tensor.Create<int>(corner)), model["is_mirrored"].Truth(),
            [
                input["theta"].Tensor(6 + Fingers * ParametersOfFinger), places, points,
                model["base_relatives"].Tensor(Bones, 4, 4), model["inverse_base_absolutes"].Tensor(Bones, 4, 4),
                positions, model["weights"].Tensor(vertices, Bones),
            ]);
    }

    /// <param name="parents">The bone that each bone hangs on, -1 for none.</param>
    /// <param name="corners">The vertices that belong to the points: one each, or three corners of a triangle.</param>
    /// <param name="isMirrored">Whether the model is of the other hand.</param>
    /// <param name="inputs">The parameters, the points, and the rest of the model.</param>
    private sealed class Hand(int[] parents, Tensor<int>[] corners, bool isMirrored, Tensor<double>[] inputs)
    {
        public Tensor<double>[] Inputs => inputs;

        private bool HasPlaces => corners.Length > 1;

        /// <summary>Columns for the two parameters of each point, if there are any, and the 26 of the hand.</summary>
        public Variable<double> Jacobian(Variable<double>[] parameters, Variable<double>[] data)
        {
            Variable<double>[] pose = parameters[..3];
            List<Variable<double>> columns =
            [
                .. Derivatives.Jacobian<double>(x => [Errors([.. x, parameters[3]], data)], pose)[0],
            ];
            for (int i = 1; HasPlaces && i >= 0; i--)
            {
                // A point's parameters move no other point: one direction for all.
                Variable<double> unit = data[0].Tape.Constant(i == 0 ? [1, 0] : [0, 1]).Expand(parameters[3].Shape);
                columns.Insert(0, Derivatives.Jvp<double>(
                    places => Errors([.. pose, places], data), parameters[3], unit).Product.Unsqueeze(1));
            }
            return Variable.Concatenate(columns, 1);
        }

        /// <summary>The differences of measured points from points of the model, one after the other.</summary>
        public Variable<double> Errors(Variable<double>[] parameters, Variable<double>[] data)
        {
            Variable<double> skin = Skin(Transforms(parameters[2], data[1], data[2]), data[3], data[4]);
            Variable<double>[] found = Array.ConvertAll(corners, corner => skin.IndexSelect(1, corner));
            Variable<double> hand = found[0];
            if (HasPlaces)
            {
                (Variable<double> u, Variable<double> v) = (parameters[3].Select(1, 0), parameters[3].Select(1, 1));
                hand = u * found[0] + v * found[1] + (1 - u - v) * found[2];
            }
            Variable<double> turned = Rotation(parameters[0]).MatMul(hand).Transpose() + parameters[1];
            return (data[0] - turned).Flatten();
        }

        /// <summary>From the vertices of the model at rest to those in the pose: the bones pull with their
        /// weights.</summary>
        private Variable<double> Skin(Variable<double> transforms, Variable<double> positions, Variable<double> weights)
        {
            Variable<double> pulls = weights.Transpose().Unsqueeze(1) * positions.Transpose();
            Variable<double> skin = transforms.Permute(1, 0, 2).Flatten(1).MatMul(pulls.Flatten(0, 1));
            return isMirrored ? skin * skin.Tape.Constant([-1, 1, 1]).Unsqueeze(1) : skin;
        }

        /// <summary>How each bone moves from its place at rest, without the last row of the matrices.</summary>
        private Variable<double> Transforms(
            Variable<double> angles, Variable<double> baseRelatives, Variable<double> inverseBaseAbsolutes)
        {
            Variable<double>[] relatives = baseRelatives.MatMul(Bends(angles)).Unbind();
            var absolutes = new Variable<double>[Bones];
            for (int i = 0; i < Bones; i++)
                absolutes[i] = parents[i] < 0 ? relatives[i] : absolutes[parents[i]].MatMul(relatives[i]);
            return Variable.Stack(absolutes).MatMul(inverseBaseAbsolutes).Narrow(1, 0, 3);
        }
    }

    /// <summary>The rotations of the bones by their own joints: about x first, and then about z.</summary>
    private static Variable<double> Bends(Variable<double> angles)
    {
        Variable<double> zero = angles.Tape.Constant(Tensor.Zeros<double>([Bones]));
        Variable<double> one = angles.Tape.Constant(Tensor.Ones<double>([Bones]));
        // A finger has four bones: the first has two angles, the last one none.
        (int[] x, int[] z) = (new int[Bones], new int[Bones]);
        x.AsSpan().Fill(angles.Length);
        z.AsSpan().Fill(angles.Length);
        for (int finger = 0; finger < Fingers; finger++)
        {
            (int bone, int parameter) = (2 + 4 * finger, ParametersOfFinger * finger);
            (x[bone], z[bone], x[bone + 1], x[bone + 2]) = (parameter, parameter + 1, parameter + 2, parameter + 3);
        }
        Variable<double> all = Variable.Concatenate([angles, zero[..1]]);
        Variable<double> aboutX = all.IndexSelect(0, Tensor.Create<int>(x));
        Variable<double> aboutZ = all.IndexSelect(0, Tensor.Create<int>(z));
        (Variable<double> sinX, Variable<double> cosX) = (aboutX.Sin(), aboutX.Cos());
        (Variable<double> sinZ, Variable<double> cosZ) = (aboutZ.Sin(), aboutZ.Cos());
        return Variable.Stack(
            [
                cosZ, -sinZ * cosX, sinZ * sinX, zero,
                sinZ, cosZ * cosX, -cosZ * sinX, zero,
                zero, sinX, cosX, zero,
                zero, zero, zero, one,
            ], axis: 1).Reshape(Bones, 4, 4);
    }

    /// <summary>The rotation about an axis by an angle that is the length of the axis.</summary>
    private static Variable<double> Rotation(Variable<double> axis)
    {
        Variable<double> squared = axis.Square().Sum();
        Variable<double> isTurned = squared.Sqrt() >= 1e-4;
        Variable<double> angle = Variable.Where(isTurned, squared, 1).Sqrt();
        Variable<double>[] unit = (axis / angle).Unbind();
        (Variable<double> x, Variable<double> y, Variable<double> z) = (unit[0], unit[1], unit[2]);
        (Variable<double> sin, Variable<double> cos) = (angle.Sin(), angle.Cos());
        Variable<double> rest = 1 - cos;
        Variable<double> rotation = Variable.Stack(
            [
                x * x * rest + cos, x * y * rest - z * sin, x * z * rest + y * sin,
                x * y * rest + z * sin, y * y * rest + cos, y * z * rest - x * sin,
                x * z * rest - y * sin, y * z * rest + x * sin, z * z * rest + cos,
            ]);
        Variable<double> identity = axis.Tape.Constant([1, 0, 0, 0, 1, 0, 0, 0, 1]);
        return Variable.Where(isTurned, rotation, identity).Reshape(3, 3);
    }
}
