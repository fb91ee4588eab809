namespace AgentIde.MleBench.Metrics;

/// <summary>Masks on each other: voxels by slice, row and column.</summary>
internal sealed class Volume
{
    private const long MostVoxels = 1L << 28;

    private readonly List<(int Slice, long Start, long End)> _runs;
    private readonly (int Slices, int Rows, int Columns) _shape;

    private Volume(List<(int Slice, long Start, long End)> runs, (int Slices, int Rows, int Columns) shape)
    {
        _runs = runs;
        _shape = shape;
        Count = runs.Sum(run => run.End - run.Start);
    }

    public long Count { get; }

    /// <param name="slices">The masks that are laid over each other in each slice, columns first.</param>
    public static Volume Of(IReadOnlyList<List<(int Height, int Width, Mask Mask)>> slices)
    {
        (int height, int width, _) = slices[0][0];
        if (slices.Any(slice => slice.Exists(part => part.Height != height || part.Width != width)))
        {
            throw new NoScoreException("slices of one volume differ in size");
        }

        if ((long)slices.Count * height * width > MostVoxels)
        {
            throw new NoScoreException($"a volume of more than {MostVoxels:N0} voxels");
        }

        List<(int, long, long)> runs = [];
        for (int slice = 0; slice < slices.Count; slice++)
        {
            long done = 0;
            foreach ((long start, long end) in slices[slice].SelectMany(part => part.Mask.Runs).Order())
            {
                if (end > done)
                {
                    runs.Add((slice, Math.Max(start, done), end));
                    done = end;
                }
            }
        }

        return new Volume(runs, (slices.Count, height, width));
    }

    /// <summary>The greatest distance from a voxel of either to the other, with this one's shape as unit. Neither is empty.</summary>
    public double Hausdorff(Volume other)
    {
        List<(int Slice, int Row, int Column)> own = Voxels();
        List<(int Slice, int Row, int Column)> others = other.Voxels();
        Box box = new(own.Concat(others));
        return Math.Sqrt(Math.Max(box.Farthest(own, others, _shape), box.Farthest(others, own, _shape)));
    }

    /// <summary>One by one; they are many, and kept for no longer than they are needed.</summary>
    private List<(int Slice, int Row, int Column)> Voxels()
    {
        List<(int, int, int)> voxels = [];
        foreach ((int slice, long start, long end) in _runs)
        {
            for (long pixel = start; pixel < end; pixel++)
            {
                voxels.Add((slice, (int)(pixel % _shape.Rows), (int)(pixel / _shape.Rows)));
            }
        }

        return voxels;
    }

    /// <summary>What holds all voxels; distances are looked for within it.</summary>
    private sealed class Box
    {
        private readonly int[] _low = [int.MaxValue, int.MaxValue, int.MaxValue];
        private readonly int[] _size = [0, 0, 0];

        public Box(IEnumerable<(int, int, int)> voxels)
        {
            foreach ((int slice, int row, int column) in voxels)
            {
                Include(0, slice);
                Include(1, row);
                Include(2, column);
            }

            for (int axis = 0; axis < 3; axis++)
            {
                _size[axis] += 1 - _low[axis];
            }
        }

        /// <summary>The greatest squared distance of one of <paramref name="from"/> to the nearest of <paramref name="to"/>.</summary>
        public double Farthest(List<(int Slice, int Row, int Column)> from, List<(int Slice, int Row, int Column)> to, (int Slices, int Rows, int Columns) shape)
        {
            double[] squares = new double[(long)_size[0] * _size[1] * _size[2]];
            Array.Fill(squares, double.PositiveInfinity);
            foreach ((int, int, int) voxel in to)
            {
                squares[At(voxel)] = 0;
            }

            int rowStep = _size[2];
            int sliceStep = _size[1] * _size[2];
            Sweep(squares, _size[2], 1, 1.0 / shape.Columns, Starts((_size[0] * _size[1], rowStep), (1, 0)));
            Sweep(squares, _size[1], rowStep, 1.0 / shape.Rows, Starts((_size[0], sliceStep), (_size[2], 1)));
            Sweep(squares, _size[0], sliceStep, 1.0 / shape.Slices, Starts((1, 0), (sliceStep, 1)));
            return from.Max(voxel => squares[At(voxel)]);
        }

        private static IEnumerable<int> Starts((int Count, int Step) outer, (int Count, int Step) inner)
        {
            for (int i = 0; i < outer.Count; i++)
            {
                for (int j = 0; j < inner.Count; j++)
                {
                    yield return (i * outer.Step) + (j * inner.Step);
                }
            }
        }

        /// <summary>Lower envelopes of parabolas along an axis (Felzenszwalb and Huttenlocher, Theory of Computing 8, 2012).</summary>
        private static void Sweep(double[] squares, int length, int step, double unit, IEnumerable<int> starts)
        {
            double[] line = new double[length];
            int[] peaks = new int[length];
            double[] bounds = new double[length + 1];
            double weight = unit * unit;
            foreach (int start in starts)
            {
                int last = -1;
                for (int at = 0; at < length; at++)
                {
                    line[at] = squares[start + (at * step)];
                    if (double.IsInfinity(line[at]))
                    {
                        continue;
                    }

                    double cut = double.NegativeInfinity;
                    while (last >= 0)
                    {
                        int peak = peaks[last];
                        cut = ((line[at] / weight) + ((double)at * at) - (line[peak] / weight) - ((double)peak * peak)) / (2.0 * (at - peak));
                        if (cut > bounds[last])
                        {
                            break;
                        }

                        last--;
                        cut = double.NegativeInfinity;
                    }

                    last++;
                    peaks[last] = at;
                    bounds[last] = cut;
                }

                if (last < 0)
                {
                    continue;
                }

                bounds[last + 1] = double.PositiveInfinity;
                int here = 0;
                for (int at = 0; at < length; at++)
                {
                    while (bounds[here + 1] < at)
                    {
                        here++;
                    }

                    double apart = at - peaks[here];
                    squares[start + (at * step)] = (weight * apart * apart) + line[peaks[here]];
                }
            }
        }

        private void Include(int axis, int value)
        {
            _low[axis] = Math.Min(_low[axis], value);
            _size[axis] = Math.Max(_size[axis], value);
        }

        private int At((int Slice, int Row, int Column) voxel) =>
            ((((voxel.Slice - _low[0]) * _size[1]) + voxel.Row - _low[1]) * _size[2]) + voxel.Column - _low[2];
    }
}
