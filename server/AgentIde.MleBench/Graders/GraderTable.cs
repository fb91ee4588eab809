using System.Collections.Frozen;
using AgentIde.MleBench.Metrics;

namespace AgentIde.MleBench.Graders;

/// <summary>How each of the 82 competitions is graded, by its id.</summary>
internal static class GraderTable
{
    private static readonly string[] LeafStates = ["healthy", "multiple_diseases", "rust", "scab"];

    private static readonly string[] Catheters =
    [
        "ETT - Abnormal", "ETT - Borderline", "ETT - Normal", "NGT - Abnormal", "NGT - Borderline", "NGT - Incompletely Imaged", "NGT - Normal",
        "CVC - Abnormal", "CVC - Borderline",
    ];

    public static FrozenDictionary<string, Grader> All { get; } = new Dictionary<string, Grader>
    {
        // Areas under curves.
        ["aerial-cactus-identification"] = Areas.Of("id", "has_cactus"),
        ["detecting-insults-in-social-commentary"] = Areas.Of("Comment", "Insult"),
        ["histopathologic-cancer-detection"] = Areas.Of("id", "label"),
        ["invasive-species-monitoring"] = Areas.Of("name", "invasive"),
        ["mlsp-2013-birds"] = Areas.Of("Id", "Probability"),
        ["random-acts-of-pizza"] = Areas.Of("request_id", "requester_received_pizza"),
        ["rsna-miccai-brain-tumor-radiogenomic-classification"] = Areas.Of("BraTS21ID", "MGMT_value"),
        ["seti-breakthrough-listen"] = Areas.Of("id", "target"),
        ["siim-isic-melanoma-classification"] = Areas.Of("image_name", "target"),
        ["tabular-playground-series-may-2022"] = Areas.Of("id", "target"),
        ["the-icml-2013-whale-challenge-right-whale-redux"] = Areas.Of("clip", "probability"),
        ["playground-series-s3e18"] = Areas.MeanOf("id", ["EC1", "EC2"]),
        ["plant-pathology-2020-fgvc7"] = Areas.MeanOf("image_id", LeafStates, exactly: true),
        ["ranzcr-clip-catheter-line-classification"] = Areas.MeanOf("StudyInstanceUID", Catheters, withinOne: true),
        ["alaska2-image-steganalysis"] = Areas.Weighted,
        ["jigsaw-toxic-comment-classification-challenge"] = Areas.Toxicity,
        ["jigsaw-unintended-bias-in-toxicity-classification"] = Areas.UnintendedBias,

        // One class for each row.
        ["cassava-leaf-disease-classification"] = Classes.Accuracy("image_id", "label"),
        ["cdiscount-image-classification-challenge"] = Classes.Accuracy("_id", "category_id"),
        ["iwildcam-2020-fgvc7"] = Classes.Accuracy("Id", "Category"),
        ["ml2021spring-hw2"] = Classes.Accuracy("Id", "ClassId"),
        ["movie-review-sentiment-analysis-kernels-only"] = Classes.Accuracy("PhraseId", "Sentiment"),
        ["spaceship-titanic"] = Classes.Accuracy("PassengerId", "Transported"),
        ["tabular-playground-series-dec-2021"] = Classes.Accuracy("Id", "Cover_Type"),
        ["tensorflow-speech-recognition-challenge"] = Classes.Accuracy("fname", "label"),
        ["paddy-disease-classification"] = Classes.ForgivingAccuracy("image_id", "label", sameKind: false),
        ["plant-seedlings-classification"] = Classes.ForgivingAccuracy("file", "species", sameKind: true),
        ["herbarium-2020-fgvc7"] = Classes.MacroF1("Id", "Predicted"),
        ["herbarium-2021-fgvc8"] = Classes.MacroF1("Id", "Predicted"),
        ["herbarium-2022-fgvc9"] = Classes.MacroF1("Id", "Predicted"),
        ["iwildcam-2019-fgvc6"] = Classes.MacroF1("Id", "Category"),
        ["inaturalist-2019-fgvc6"] = Classes.TopOneError,
        ["aptos2019-blindness-detection"] = Classes.QuadraticKappa("id_code", "diagnosis", sameSetOnly: true),
        ["learning-agency-lab-automated-essay-scoring-2"] = Classes.QuadraticKappa("essay_id", "score", sameSetOnly: false),
        ["nfl-player-contact-detection"] = Classes.Matthews("contact_id", "contact"),
        ["rsna-breast-cancer-detection"] = Classes.ProbabilisticF1,

        // Probabilities.
        ["dog-breed-identification"] = Probabilities.MultiClass("id"),
        ["leaf-classification"] = Probabilities.MultiClass("id", exactly: true),
        ["spooky-author-identification"] = Probabilities.MultiClass("id", exactly: true, idFirst: true),
        ["lmsys-chatbot-arena"] = Probabilities.Arena,
        ["dogs-vs-cats-redux-kernels-edition"] = Probabilities.Binary("id", "label"),
        ["statoil-iceberg-classifier-challenge"] = Probabilities.Binary("id", "is_iceberg"),
        ["rsna-2022-cervical-spine-fracture-detection"] = Probabilities.CervicalFractures,
        ["hms-harmful-brain-activity-classification"] = Probabilities.BrainActivity,

        // Several labels for each row.
        ["facebook-recruiting-iii-keyword-extraction"] = Labels.MicroF1("Id", "Tags"),
        ["imet-2020-fgvc7"] = Labels.MicroF1("id", "attribute_ids", answersComplete: true),
        ["plant-pathology-2021-fgvc8"] = Labels.MicroF1("image", "labels"),
        ["hotel-id-2021-fgvc8"] = Labels.AveragePrecision("image", "hotel_id", 5),
        ["whale-categorization-playground"] = Labels.AveragePrecision("Image", "Id", 5, exactly: true),
        ["h-and-m-personalized-fashion-recommendations"] = Labels.Fashion,
        ["freesound-audio-tagging-2019"] = Labels.AudioTags,

        // Numbers.
        ["new-york-city-taxi-fare-prediction"] = Regressions.TaxiFares,
        ["denoising-dirty-documents"] = Regressions.Of("id", "value", Regression.RootMeanSquaredError),
        ["petfinder-pawpularity-score"] = Regressions.Of("Id", "Pawpularity", Regression.RootMeanSquaredError, 1, 100),
        ["predict-volcanic-eruptions-ingv-oe"] = Regressions.Eruptions,
        ["champs-scalar-coupling"] = Regressions.ScalarCoupling,
        ["ventilator-pressure-prediction"] = Regressions.VentilatorPressure,
        ["nomad2018-predict-transparent-conductors"] = Regressions.Conductors,
        ["stanford-covid-vaccine"] = Regressions.Degradation,
        ["us-patent-phrase-to-phrase-matching"] = Regressions.PhraseMatching,
        ["google-quest-challenge"] = Regressions.Quest,
        ["icecube-neutrinos-in-deep-ice"] = Regressions.Neutrinos,
        ["smartphone-decimeter-2022"] = Regressions.Decimetres,
        ["osic-pulmonary-fibrosis-progression"] = Regressions.Fibrosis,

        // Texts.
        ["billion-word-imputation"] = Texts.Sentences,
        ["bms-molecular-translation"] = Texts.Molecules,
        ["multi-modal-gesture-recognition"] = Texts.Gestures,
        ["chaii-hindi-and-tamil-question-answering"] = Texts.Answers,
        ["tweet-sentiment-extraction"] = Texts.Selections,
        ["text-normalization-challenge-english-language"] = Texts.Normalization,
        ["text-normalization-challenge-russian-language"] = Texts.Normalization,
        ["AI4Code"] = Texts.CellOrder,
        ["tensorflow2-question-answering"] = Texts.Questions,

        // Masks and boxes.
        ["google-research-identify-contrails-reduce-global-warming"] = Masks.Contrails,
        ["hubmap-kidney-segmentation"] = Masks.Kidneys,
        ["tgs-salt-identification-challenge"] = Masks.Salt,
        ["uw-madison-gi-tract-image-segmentation"] = Organs.Grade,
        ["vesuvius-challenge-ink-detection"] = Masks.Ink,
        ["siim-covid19-detection"] = Detections.Covid,
        ["vinbigdata-chest-xray-abnormalities-detection"] = ChestXrays.Grade,
        ["kuzushiji-recognition"] = Detections.Characters,
        ["3d-object-detection-for-autonomous-vehicles"] = Detections.Vehicles,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
