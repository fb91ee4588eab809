using System.Text;
using AgentIde.Tasks.Csv;
using CsCheck;

namespace AgentIde.Tasks.Tests.Csv;

public class CsvRecordsTests
{
    private static readonly CsvLimits Limits = new(1 << 20, 1000, 100, 8192);

    [Fact]
    public void What_the_writer_writes_the_reader_reads_field_by_field()
    {
        Gen<string> field = Gen.String[Gen.Char["ab,\"\r\n #é\t;0"], 0, 8];
        Gen.Select(Gen.Int[2, 5], Gen.Int[1, 6]).SelectMany((columns, rows) => field.Array[columns].Array[rows]).Sample(rows =>
        {
            using MemoryStream bytes = new();
            using (CsvWriter writer = new(bytes))
            {
                writer.Row(rows[0].Select((_, column) => $"c{column}"));
                foreach (string[] row in rows)
                {
                    writer.Row(row);
                }
            }

            using CsvRecords records = CsvRecords.Open(new MemoryStream(bytes.ToArray()), Limits);
            foreach (string[] row in rows)
            {
                records.Read().ShouldBeTrue();
                for (int column = 0; column < row.Length; column++)
                {
                    records[column].ToString().ShouldBe(row[column]);
                }
            }

            records.Read().ShouldBeFalse();
        });
    }

    [Fact]
    public void Lines_are_counted_through_quoted_line_ends_and_empty_lines()
    {
        using CsvRecords records = Open("\n\"a\nb\",c\n1,2\n\n\"x\ny\nz\",4\r\n5,6");
        records.Header.ShouldBe(["a\nb", "c"]);
        List<int> lines = [];
        while (records.Read())
        {
            lines.Add(records.Line);
        }

        lines.ShouldBe([4, 6, 9]);
    }

    [Fact]
    public void A_field_may_begin_with_a_hash_and_keeps_its_spaces()
    {
        using CsvRecords records = Open("a,b\n#1, 2 \n");
        records.Read().ShouldBeTrue();
        records[0].ToString().ShouldBe("#1");
        records[1].ToString().ShouldBe(" 2 ");
    }

    [Fact]
    public void Text_that_falls_on_the_border_of_a_block_is_whole()
    {
        for (int before = 65_530; before < 65_540; before++)
        {
            string text = "a\n" + new string('x', 5000) + "\n" + string.Concat(Enumerable.Repeat("y\n", (before - 5003) / 2)) + "é€😀\n";
            using CsvRecords records = Open(text, Limits with { Rows = 100_000 });
            string last = "";
            while (records.Read())
            {
                last = records[0].ToString();
            }

            last.ShouldBe("é€😀");
        }
    }

    [Fact]
    public void Each_limit_is_named_with_its_line()
    {
        Problem("a,b\n1,2\n3,4\n", Limits with { Rows = 1 }).ShouldBe("line 3: more than 1 row");
        Problem("a,b\n1,2\n", Limits with { Columns = 1 }).ShouldBe("line 1: 2 columns, more than the 1 allowed");
        Problem("a,b\n1," + new string('x', 9000) + "\n", Limits).ShouldBe("line 2: longer than 8,192 characters; is a quote never closed?");
        Problem("a,b\n1,\"" + new string('\n', 9000), Limits).ShouldBe("line 2: longer than 8,192 characters; is a quote never closed?");
        Problem("a,b\n1,2\n", Limits with { Bytes = 5 }).ShouldBe("line 1: larger than 5 bytes");
    }

    [Fact]
    public void A_record_of_too_many_fields_does_not_reach_the_parser()
    {
        CsvLimits wide = Limits with { Bytes = 64 << 20, RecordCharacters = 16 << 20 };
        string fields = string.Concat(Enumerable.Repeat(",a", 1_000_000));
        // Parsed, each of these takes minutes.
        Problem("a,b" + fields, wide).ShouldBe("line 1: more than 20,000 fields");
        Problem("a,b\n1,2\n3" + fields, wide).ShouldBe("line 3: more than 20,000 fields");
        Problem("a,\"b\n\"\"\"" + fields, wide).ShouldBe("line 2: more than 20,000 fields");
        Problem("a,b\"" + fields, wide).ShouldBe("line 1: more than 20,000 fields");
    }

    [Fact]
    public void Commas_in_a_quoted_text_are_no_fields()
    {
        string text = string.Concat(Enumerable.Repeat("\"\",,\n,", 30_000));
        using CsvRecords records = Open($"a,b\n1,\"{text}\"\n", Limits with { RecordCharacters = 1 << 20 });
        records.Read().ShouldBeTrue();
        records[1].Length.ShouldBe(5 * 30_000);
    }

    private static string Problem(string text, CsvLimits limits) => Should.Throw<CsvProblemException>(() =>
    {
        using CsvRecords records = Open(text, limits);
        while (records.Read())
        {
        }
    }).Message;

    private static CsvRecords Open(string text, CsvLimits? limits = null) => CsvRecords.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), limits ?? Limits);
}
