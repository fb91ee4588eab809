using System.Globalization;
using System.Net;
using System.Text;

namespace AgentIde.Bench.Reports;

/// <summary>A page that needs nothing else: no script, no font, no address. Light and dark as the reader's system is.</summary>
public static class HtmlPage
{
    private static readonly string Style = ReadStyle();

    /// <param name="title">Of the window, as is; as are the heading and what <see cref="Text"/> is given.</param>
    /// <param name="body">As markup.</param>
    /// <param name="style">What the page's pictures look like beside that, as CSS.</param>
    public static string Of(string title, string heading, DateTimeOffset madeAt, string body, string style = "")
    {
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        page.Append($"<title>{Text(title)}</title>\n<style>\n{Style}{style}</style>\n</head>\n<body>\n<main>\n");
        page.Append(CultureInfo.InvariantCulture, $"<header><h1>{Text(heading)}</h1><p>{madeAt:yyyy-MM-dd HH:mm} UTC</p></header>\n{body}");
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>A text of any origin that stays text.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <param name="rows">Cells as markup.</param>
    /// <param name="headings">Of a column of numbers with a <c>#</c> before it.</param>
    public static void Table(StringBuilder page, string[] headings, IEnumerable<string[]> rows)
    {
        page.Append("<div class=\"table\"><table><thead><tr>");
        page.Append(string.Concat(headings.Select(heading => heading.StartsWith('#') ? $"<th class=\"number\">{heading[1..]}</th>" : $"<th>{heading}</th>")));
        page.Append("</tr></thead><tbody>\n");
        foreach (string[] row in rows)
        {
            page.Append($"<tr>{string.Concat(row.Select((cell, at) => headings[at].StartsWith('#') ? $"<td class=\"number\">{cell}</td>" : $"<td>{cell}</td>"))}</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static string ReadStyle()
    {
        using StreamReader reader = new(typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd();
    }
}
