//! The jobs of rsakit, from files to results.
//!
//! A job is a request, such as [`CompareRequest`], whose `run` returns a result, such as [`CompareResult`]. Requests and
//! results are plain values with serde. A result is a [`Document`], too: text and figures for people, JSON and CSV for
//! programs, a page for a browser. The command line, bindings and studies share these jobs, so all of them give the
//! same bytes.
//!
//! Nothing here prints, reads arguments or ends the process. Progress, notes and cancellation go through an
//! [`Observer`]. Messages name options as the program writes them (`--layers`); the fields of a request have the same
//! names.

mod accumulate;
mod compare;
mod contrast;
mod decode;
mod demo;
mod evaluate;
mod evaluation_grid;
mod group;
mod info;
mod mds;
mod measures;
mod merge;
mod model_rdm;
mod movie;
mod predict;
mod prepare;
mod rdm;
mod regress;
mod searchlight;
mod time;
mod transform;

mod document;

mod alignment;
mod condition_values;
mod dead_units;
mod files_of_inputs;
mod given_rdms;
mod hashes;
mod input_names;
mod inputs;
mod layer_filter;
mod layer_to_read;
mod memory;
mod noise;
mod notes;
mod permutation_limit;
mod rdm_files;
mod row_choice;
mod row_files;
mod scores;
mod stimulus_pictures;
mod streaming;
mod threads;

pub use accumulate::{AccumulateRequest, Accumulation};
pub use compare::{
    CompareDocument, CompareLook, CompareRdmsRequest, CompareRequest, CompareResult, CompareView, Compared,
    Completeness, FailureScope, MeasureScores, PairFailure, PermutationCount, ScoreWarning, ScoredBy,
};
pub use contrast::{
    BlockMean, CategoryCount, CategoryDifference, ContrastRequest, ContrastResult, ContrastTest, ContrastedRdm,
};
pub use decode::{DecodeRequest, DecodeResult, DecodedLayer};
pub use demo::{DemoRequest, DemoResult, Identification, IdentifiedLayers};
pub use document::{Document, Records, TextBlock, TextTable, escape_text, quote_argument};
pub use evaluate::{
    DataRdm, EvaluateRequest, EvaluateResult, EvaluationPart, FitKind, FittedModel, LeftOut, LeftOutSide, ModelFit,
    SubjectUnit,
};
pub use evaluation_grid::{DataSetEvaluation, DataSetFailure, DataSetUnit, EvaluateGridRequest, EvaluationGrid};
pub use given_rdms::GivenInput;
pub use group::{GroupCluster, GroupCorrection, GroupMaps, GroupModel, GroupRequest, GroupResult};
pub use info::{
    ArrayInfo, EventsInfo, FileInfo, InfoRequest, InfoResult, LabelsInfo, LayerDescription, LayerInfo, RdmsInfo,
};
pub use input_names::name_inputs;
pub use inputs::Input;
pub use mds::{MdsPairs, MdsPoint, MdsRequest, MdsResult, MdsSubject};
pub use measures::{MeasureCatalogue, MeasureEntry, list_measures};
pub use memory::MemorySize;
pub use merge::{MergeRequest, MergedResult};
pub use model_rdm::{ModelRdmKind, ModelRdmRequest, ModelRdmSpec};
pub use movie::{BinWidth, MovieRequest, MovieResult, NamedMovie, NoiseTimes, TimeSteps};
pub use noise::{NoiseEstimator, NoiseMeans, NoiseScope, NoiseSettings, NoiseSummary, RunNoiseSummary};
pub use predict::{
    LayerChoice, LayerPredictivity, PredictFailure, PredictRequest, PredictResult, PredictedTarget, ReliabilityMethod,
    ReliabilitySummary, SiteScore,
};
pub use prepare::{AverageUnit, PrepareRequest, PrepareResult, PrepareStep, PreparedLayer, RowScope};
pub use rdm::{ConditionOrder, NamedRdm, RdmDocument, RdmFailure, RdmLook, RdmOrigin, RdmRequest, RdmResult, RdmView};
pub use regress::{
    ModelSets, RegressRequest, RegressResult, RegressedModel, RegressedRdm, SharedVariance, WeightSigns,
};
pub use rsakit::core::Observer;
pub use searchlight::{
    CenterReport, MapSummary, MemberCounts, SearchGrid, SearchRadius, SearchStatistic, SearchlightRequest,
    SearchlightResult, VoxelPlace,
};
pub use threads::start_threads;
pub use time::{TimeCeiling, TimeCluster, TimeDifference, TimeModel, TimePeak, TimeRequest, TimeResult};
pub use transform::{Combination, MeanUnit, RescaleWeights, TransformRequest, TransformStep};

/// The example of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct RunReadmeDoctests;
