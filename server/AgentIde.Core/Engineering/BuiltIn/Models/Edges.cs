namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>
/// What pictures are looked at by: histograms of oriented gradients (Dalal and Triggs, 2005) in small and large cells, and the
/// picture itself made small.
/// </summary>
internal static class Edges
{
    /// <summary>Directions that edges are told apart by.</summary>
    private const int Turns = 9;

    /// <summary>Pixels of the large cells' sides.</summary>
    public static int Coarse(int side, int cell) => Math.Min((2 * cell) - 1, side / 2);

    /// <summary>Numbers that a picture becomes: itself at half its size, and the directions of its edges in small and large cells.</summary>
    public static int Features(int side, int cell) => (side / 2 * (side / 2)) + (Turns * ((side / cell * (side / cell)) + (side / Coarse(side, cell) * (side / Coarse(side, cell)))));

    /// <summary>Whether a picture in the mirror becomes the same numbers in another order, so that a kernel of both views is one.</summary>
    public static bool IsSymmetric(int side, int cell) => side % 2 == 0 && side % cell % 2 == 0 && side % Coarse(side, cell) % 2 == 0;

    /// <summary>Which edges are looked at, for people.</summary>
    public static string Words(int side, int cell) =>
        $"pictures of {side} by {side} pixels: how strong the edges of each direction are in cells of {cell} by {cell} and of {Coarse(side, cell)} by {Coarse(side, cell)}, the picture at half its size";

    /// <summary>Writes the function <c>edges(rows, cell, coarse, mirrored)</c>, which gives a row of numbers for each picture, where the program lacks it.</summary>
    public static void Write(Script script, Pictures pictures)
    {
        if (!script.Defines("edges"))
        {
            return;
        }

        int side = pictures.Side, half = side / 2;
        script.Segment(Block.Model, $"pictures by the directions of their edges, told apart by {Turns}, beside the picture at half its size.", $$"""
            def edges(rows, cell, coarse, mirrored=False, turns={{Turns}}):
                pixels = rows.reindex(columns=[{{PythonText.Quote(pictures.Prefix)}} + str(number) for number in range({{pictures.First}}, {{pictures.First + (side * side)}})], fill_value={{PythonText.Number(pictures.Background)}})
                light = np.sqrt(pixels.to_numpy("float32").reshape(-1, {{side}}, {{side}}) / {{PythonText.Number(pictures.Brightest)}})[:, :, :: -1 if mirrored else 1]
                down, across = np.gradient(light, axis=(1, 2))
                strength, turn = np.hypot(down, across), np.arctan2(down, across) % np.pi / np.pi * turns
                parts = [2 * light[:, :{{2 * half}}, :{{2 * half}}].reshape(-1, {{half}}, 2, {{half}}, 2).mean((2, 4)).reshape(len(rows), -1)]
                for size in (cell, coarse):
                    cells, start = {{side}} // size, {{side}} % size // 2
                    seen = np.zeros((len(rows), cells, cells, turns), "float32")
                    for at in range(turns):
                        share = strength * np.clip(1 - np.abs((turn - at + turns / 2) % turns - turns / 2), 0, 1)
                        seen[..., at] = share[:, start:start + cells * size, start:start + cells * size].reshape(-1, cells, size, cells, size).sum((2, 4))
                    power = np.pad((seen ** 2).sum(-1), ((0, 0), (1, 1), (1, 1)))
                    around = sum(power[:, i:i + cells, j:j + cells] for i in range(3) for j in range(3))
                    parts.append((seen / (np.sqrt(around)[..., None] + 1e-3)).reshape(len(rows), -1))
                return np.hstack(parts)
            """);
    }
}
