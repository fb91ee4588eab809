using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace AgentIde.Testing;

/// <summary>
/// Two competitions of MLE-bench as its preparation lays them out, of few rows that were made up: pictures in archives, whose brightness tells the class, and a
/// table with two labels and a metric of its own, where one column tells both. Always the same bytes.
/// </summary>
public static class PreparedContests
{
    public const string Pictures = "aerial-cactus-identification";
    public const string Table = "playground-series-s3e18";

    /// <summary>What predicts both nearly rightly, in Python without any library.</summary>
    public const string Solution = """
        import csv, os, struct, zlib

        def brightness(path):
            data, at, pixels = open(path, "rb").read(), 8, b""
            while at < len(data):
                size, kind = struct.unpack(">I4s", data[at:at + 8])
                pixels += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
                at += 12 + size
            return zlib.decompress(pixels)[1] / 255

        header = next(csv.reader(open("input/sample_submission.csv")))
        with open("submission.csv", "w") as out:
            print(*header, sep=",", file=out)
            for row in csv.DictReader(open("input/test.csv")):
                value = brightness("input/test/" + row["id"]) if os.path.isdir("input/test") else float(row["activity"])
                print(row["id"], *[f"{value:.4f}" for _ in header[1:]], sep=",", file=out)

        """;

    private const int PictureRows = 200, PicturesOfTest = 100, TableRows = 1_600, RowsOfTest = 500;

    /// <summary>Writes both into a data folder.</summary>
    public static void Create(string data)
    {
        ulong state = 7;
        CreatePictures(Path.Combine(data, Pictures, "prepared"), ref state);
        CreateTable(Path.Combine(data, Table, "prepared"), ref state);
    }

    /// <summary>Of 2 × 2 grey pixels.</summary>
    public static byte[] Picture(byte brightness)
    {
        using MemoryStream pixels = new();
        using (ZLibStream zlib = new(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write([0, brightness, brightness, 0, brightness, brightness]);
        }

        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", [0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]), .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", [])];
    }

    private static void CreatePictures(string folder, ref ulong state)
    {
        StringBuilder train = new("id,has_cactus\n"), sample = new("id,has_cactus\n"), answers = new("id,has_cactus\n");
        using ZipArchive trainZip = Zip(folder, "train.zip"), testZip = Zip(folder, "test.zip");
        for (int row = 0; row < PictureRows + PicturesOfTest; row++)
        {
            // Names of 32 signs in no order.
            string id = $"{Next(ref state):x16}{Next(ref state):x16}.jpg";
            bool hasCactus = Next(ref state) % 3 > 0;
            (row < PictureRows ? train : answers).Append(CultureInfo.InvariantCulture, $"{id},{(hasCactus ? 1 : 0)}\n");
            sample.Append(row < PictureRows ? "" : $"{id},0.5\n");
            using Stream entry = (row < PictureRows ? trainZip : testZip).CreateEntry(id).Open();
            entry.Write(Picture((byte)((hasCactus ? 80 : 20) + (int)(Next(ref state) % 100))));
        }

        Write(folder, "public/train.csv", train);
        Write(folder, "public/sample_submission.csv", sample);
        Write(folder, "public/description.md", new("# Aerial cactus identification\n"));
        Write(folder, "private/test.csv", answers);
    }

    private static void CreateTable(string folder, ref ulong state)
    {
        StringBuilder train = new("id,activity,charge,EC1,EC2\n"), test = new("id,activity,charge\n"), sample = new("id,EC1,EC2\n"), answers = new("id,EC1,EC2\n");
        for (int row = 0; row < TableRows + RowsOfTest; row++)
        {
            double activity = Next(ref state) % 10_000 / 10_000.0, first = Next(ref state) % 10_000 / 10_000.0, second = Next(ref state) % 10_000 / 10_000.0;
            string features = string.Create(CultureInfo.InvariantCulture, $"{row},{activity:0.0000},{Next(ref state) % 5}"), labels = $"{((0.6 * activity) + (0.4 * first) > 0.5 ? 1 : 0)},{((0.6 * activity) + (0.4 * second) > 0.6 ? 1 : 0)}";
            (row < TableRows ? train : test).Append(row < TableRows ? $"{features},{labels}\n" : $"{features}\n");
            sample.Append(row < TableRows ? "" : $"{row},0.5,0.5\n");
            answers.Append(row < TableRows ? "" : $"{row},{labels}\n");
        }

        Write(folder, "public/train.csv", train);
        Write(folder, "public/test.csv", test);
        Write(folder, "public/sample_submission.csv", sample);
        Write(folder, "public/description.md", new("# Enzyme substrates\n"));
        Write(folder, "private/test.csv", answers);
    }

    private static void Write(string folder, string name, StringBuilder text)
    {
        string file = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text.ToString());
    }

    private static ZipArchive Zip(string folder, string name)
    {
        Directory.CreateDirectory(Path.Combine(folder, "public"));
        return ZipFile.Open(Path.Combine(folder, "public", name), ZipArchiveMode.Create);
    }

    private static byte[] Chunk(string kind, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(kind), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Checksum(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    /// <summary>CRC-32, as PNG has it.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
            }
        }

        return ~sum;
    }

    private static ulong Next(ref ulong state)
    {
        state = (state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
        ulong mixed = (state ^ (state >> 29)) * 0x9E3779B97F4A7C15;
        return mixed ^ (mixed >> 32);
    }
}
