using System.Collections.Frozen;
using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.CSharp;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Engineering.BuiltIn.Models;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>Everything the engineer can write. A new idea is one more file and one more line here.</summary>
internal static class Catalogue
{
    public static ImmutableArray<ModelFamily> Families { get; } =
    [
        new LinearModel(),
        new Neighbours(),
        new ExtraTrees(),
        new BoostedTrees(),
        new XgBoost(),
        new KernelMachine(),
        new PairLines(),
        new WordModel(),
        new PieceModel(),
        new PieceLines(),
        new PictureModel(),
        new PictureKernel(),
        new LinearTrainer(),
        new FastForest(),
        new FastTree(),
        new LightGbm(),
        new Baseline(),
    ];

    /// <summary>The first that answers a failure is taken: the most telling come first.</summary>
    public static ImmutableArray<Mend> Mends { get; } =
    [
        new OtherModule(),
        new LessMemory(),
        new LessWork(),
        new AbsentColumns(),
        new TolerantGrades(),
        new KnownAnswers(),
        new NumbersFromText(),
        new FillGaps(),
        new FewerFolds(),
        new RareClasses(),
        new SafeSubmission(),
    ];

    public static ImmutableArray<Component> All { get; } =
    [
        new ReadFiles(),
        new RowSample(),
        new TargetColumn(),
        new LogTarget(),
        new OneTable(),
        new ZerosAsMissing(),
        new RangesAsNumbers(),
        new GradedWords(),
        new DaysOff(),
        new CalendarClasses(),
        new CalendarFeatures(),
        new TextShape(),
        new CommonWords(),
        new Ratios(),
        new Frequencies(),
        new PairKeys(),
        new Matrix(),
        new TargetMeans(),
        new FoldSplit(),
        new Scoring(),
        new SeedBag(),
        new AllRows(),
        new MedianWeights(),
        .. Families,
        new OutOfFold(),
        new Pool(),
        new TargetRange(),
        new WriteFiles(),
        .. Mends,
    ];

    private static readonly FrozenDictionary<string, Component> ByName = All.ToFrozenDictionary(component => component.Name, StringComparer.Ordinal);

    public static Component Get(string name) => ByName[name];

    /// <summary>Its place among all.</summary>
    public static int Place(Component component) => All.IndexOf(component);

    public static bool Knows(string name) => ByName.ContainsKey(name);

    public static ModelFamily? Family(string name) => ByName.GetValueOrDefault(name) as ModelFamily;
}
