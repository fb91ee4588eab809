using AgentIde.Models.Prices;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Prices;

public sealed class PriceTableTests
{
    private static readonly DateOnly Today = new(2026, 11, 29);

    [Theory]
    [InlineData("openai:gpt-5.1", 1.25, 10, 0.125)]
    [InlineData("openai:gpt-5.1-2025-11-13", 1.25, 10, 0.125)]
    [InlineData("openai:gpt-5-mini", 0.25, 2, 0.025)]
    [InlineData("anthropic:claude-opus-5", 5, 25, 0.5)]
    [InlineData("anthropic:claude-haiku-4-5-20251001", 1, 5, 0.1)]
    public void The_shipped_table_knows_common_models_with_and_without_their_date(string name, decimal input, decimal output, decimal cached)
    {
        Price? price = PriceTable.Shipped.Of(name, atItsOwnProvider: true);

        price.ShouldBe(new Price(input, output, cached, new DateOnly(2026, 7, 24)));
    }

    [Fact]
    public void A_model_that_is_priced_later_than_the_table_has_its_own_day() =>
        PriceTable.Shipped.Of("openai:gpt-6-sol", atItsOwnProvider: true).ShouldBe(new Price(2.5m, 10, 0.2m, new DateOnly(2026, 9, 22)));

    [Theory]
    [InlineData("openai:gpt-5.6-sol", 6.25, 30, 0.5)]
    [InlineData("openai:gpt-5.6", 6.25, 30, 0.5)]
    [InlineData("openai:gpt-5.6-terra", 2.5, 12, 0.2)]
    [InlineData("openai:gpt-5.6-luna", 0.25, 1.2, 0.02)]
    [InlineData("openai:gpt-6-luna", 0.125, 0.5, 0.01)]
    public void Input_that_is_written_into_a_cache_at_a_higher_price_has_that_price(string name, decimal input, decimal output, decimal cached)
    {
        Price price = PriceTable.Shipped.Of(name, atItsOwnProvider: true).ShouldNotBeNull();

        (price.Input, price.Output, price.CachedInput).ShouldBe((input, output, cached));
    }

    [Theory]
    [InlineData("openai:gpt-5.1-enormous")]
    [InlineData("openai:gpt-5.1-20251")]
    [InlineData("openai:llama3")]
    [InlineData("gpt-5.1")]
    public void What_nobody_has_told_is_not_guessed(string name) => PriceTable.Shipped.Of(name, atItsOwnProvider: true).ShouldBeNull();

    [Fact]
    public void At_another_server_the_same_name_costs_what_the_user_says_or_nobody_knows()
    {
        PriceTable.Shipped.Of("openai:gpt-5.1", atItsOwnProvider: false).ShouldBeNull();
        PriceTable.Shipped.With([PriceTable.Parse("openai:gpt-5.1=2,12", Today)]).Of("openai:gpt-5.1", atItsOwnProvider: false)
            .ShouldBe(new Price(2, 12, null, Today));
    }

    [Theory]
    [InlineData("openai:a=1.25,10", "openai:a", 1.25, 10, null)]
    [InlineData("openai:a= 1.25, 10, 0.5", "openai:a", 1.25, 10, 0.5)]
    [InlineData("openai:a=b=0,0,0", "openai:a=b", 0, 0, 0.0)]
    public void A_flag_gives_dollars_for_a_million_tokens(string text, string model, decimal input, decimal output, double? cached) =>
        PriceTable.Parse(text, Today).ShouldBe((model, new Price(input, output, (decimal?)cached, Today)));

    [Theory]
    [InlineData("""{"asOf":"2026-07-24","prices":[null]}""", "a line of it is null")]
    [InlineData("""{"asOf":"2026-07-24","prices":[{"model":"openai:a","input":1,"output":2,"cached_input":0.1}]}""", "cached_input")]
    [InlineData("""{"asOf":"2026-07-24","prices":[{"model":"openai:a","input":1,"output":2},{"model":"openai:a","input":1,"output":3}]}""", "openai:a stands in it twice")]
    public void A_file_with_a_mistake_is_refused_with_the_form_that_it_should_have(string json, string words)
    {
        using TemporaryFolder folder = new();
        string message = Should.Throw<ArgumentException>(() => PriceTable.Shipped.WithFile(folder.Write("prices.json", json))).Message;
        message.ShouldContain(words);
        message.ShouldContain("""write {"asOf": "2026-07-24", "prices": [""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("openai:a")]
    [InlineData("openai:a=1")]
    [InlineData("=1,2")]
    [InlineData("openai:a=1,2,3,4")]
    [InlineData("openai:a=-1,2")]
    [InlineData("openai:a=NaN,2")]
    [InlineData("openai:a=1e9,2")]
    [InlineData("openai:a=99999999999,2")]
    public void A_flag_that_is_no_price_says_what_one_is(string text) =>
        Should.Throw<ArgumentException>(() => PriceTable.Parse(text, Today)).Message.ShouldStartWith("A price is MODEL=IN,OUT");

    [Fact]
    public void A_file_of_ones_own_goes_before_the_shipped_table_and_a_flag_before_both()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "prices.json");
        File.WriteAllText(path, """{"asOf": "2026-10-01", "prices": [{"model": "openai:gpt-5.1", "input": 3, "output": 4}, {"model": "openai:mine", "input": 1, "output": 2, "cachedInput": 0.5}]}""");

        PriceTable table = PriceTable.Shipped.WithFile(path);

        table.Of("openai:gpt-5.1", true).ShouldBe(new Price(3, 4, null, new DateOnly(2026, 10, 1)));
        (table.Of("openai:mine", false)?.CachedInput).ShouldBe(0.5m);
        (table.With([("openai:mine", new Price(9, 9, null, Today))]).Of("openai:mine", false)?.Input).ShouldBe(9);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("{}")]
    [InlineData("""{"asOf": "2026-10-01", "prices": [{"model": "a", "input": -3, "output": 4}]}""")]
    [InlineData("""{"asOf": "2026-10-01", "prices": [{"input": 3, "output": 4}]}""")]
    [InlineData("""{"asOf": "yesterday", "prices": []}""")]
    public void A_file_that_is_no_table_says_what_one_is(string text)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "prices.json");
        File.WriteAllText(path, text);

        string message = Should.Throw<ArgumentException>(() => PriceTable.Shipped.WithFile(path)).Message;

        message.ShouldStartWith(path);
        message.ShouldNotContain("\n");
    }
}
