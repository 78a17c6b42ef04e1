//! Transformations that each measure ignores, and the reasons.
//!
//! A measure reads a geometry off each representation and compares geometries, so **it ignores what its geometry
//! forgets**. This chapter goes through the geometries; the table at its end was observed, not declared.
//!
//! # Distances between conditions: RSA
//! An RDM keeps how far apart every two conditions are. What leaves all distances alone is forgotten, and what
//! multiplies all of them by one factor is forgotten by every comparison of RDMs here.
//!
//! - **Euclidean** distances survive rotations, reflections and translations, and are rescaled by a common factor and by
//!   repeating all features: all of these are ignored. A factor for each feature stretches some distances more than
//!   others and is seen. Dividing by the number of features changes nothing, as scale is ignored anyhow.
//! - **Manhattan** distances add up feature by feature. They survive permutations and sign flips, and no other rotation.
//! - **Cosine** distances are angles seen from the origin: they survive rotations and a factor for each condition. A
//!   translation moves the origin and is seen.
//! - **Correlation** distances are angles after each pattern's own mean over features is taken away. That mean is the
//!   projection on the vector (1, …, 1), which depends on *which features were measured*: permutations keep this vector,
//!   rotations and sign flips do not. A zero feature moves the mean, too, so padding is seen. In return a scale and an
//!   offset for each condition are ignored. Correlation RDMs are often said to ignore rotations; they do not.
//!
//! Of the comparisons, rank correlations keep nothing but the order of the distances, Pearson's correlation their values
//! up to scale and offset, cosines their values up to scale. Kendall's τ_a and ρ_a do not call an RDM with ties perfectly
//! like itself, because a tie is no prediction: the laws say *identity without ties*.
//!
//! # Inner products between conditions: CKA
//! A centred Gram matrix is equivalent to the squared Euclidean distances, so linear CKA ignores what Euclidean RSA
//! ignores: it is the whitened cosine of those RDMs, an identity that is tested. A radial basis function sees the same
//! distances through a window. If the window is a multiple of the median distance it grows with the data and scale is
//! ignored; a fixed window sees scale, and with it the repetition of features, which multiplies distances by √2. The
//! kernel −‖x − y‖, which makes CKA the squared distance correlation, has no window and ignores what the linear one does.
//!
//! The two estimates of HSIC ignore the same and differ in **bias**. The diagonal of a Gram matrix says how long each
//! pattern is and nothing about pairs, and it is large where features are many: the biased estimate rises towards 1 for
//! independent data. The unbiased one leaves the diagonal out *before* it centres. Taking it out afterwards, which is
//! also in circulation, leaves the bias: .66 for independent data with 50 conditions and 5000 features.
//!
//! # The space that features span: CCA
//! A subspace forgets which features span it and how far, so every invertible linear map is ignored. The price is that
//! n − 1 features span everything there is, and all representations of n conditions become the same (Kornblith et al.
//! 2019, theorem 1). That is why the laws demand that whatever ignores linear maps *refuses* as many features as
//! conditions instead of answering 1.
//!
//! - **SVCCA** keeps the directions of largest variance. Variance is kept by rotations and, up to a factor, by scaling;
//!   other linear maps change which directions are largest and are seen. Keeping all directions makes it CCA again, with
//!   what CCA ignores: a profile depends on parameters.
//! - **PWCCA** weighs canonical correlations by how much of the features of *one side* lies along their directions, as a
//!   sum of absolute values. Such a sum depends on the features as they are, so on this side rotations are seen, and
//!   only the order, sign and common scale of features are ignored. The other side enters through its subspace alone:
//!   every linear map of it is ignored. So the two arguments differ and the measure is not symmetric, unless both sides
//!   weigh. Implementations that circulate see the order of units or an offset, because they mix canonical coefficients
//!   with canonical directions, or weigh features that were not centred.
//!
//! # Maps from one side to the other: predictivity
//! A map that is fitted to some conditions forgets of the predictor what it can undo. Least squares undoes every invertible
//! linear map and every translation. A ridge penalty, and the components of partial least squares, depend on how large
//! directions are: of linear maps they forget rotations, and the scale if the penalty follows it. The target enters site
//! by site, so each site's unit and offset is forgotten, unless all sites share something: one penalty, or components.
//! Rotations of the target mix its sites and are seen. One-to-one maps depend on the measured features of both sides.
//!
//! With as many features as conditions least squares interpolates what it was fitted to, but not the held-out conditions,
//! so the score is no constant, and a caveat takes the place of a refusal. The folds are dealt by the places of the
//! conditions, so a joint reordering changes the score, too, as another seed does.
//!
//! # Points under the best rotation: shapes
//! A configuration keeps where the centred conditions lie, up to a rotation. Procrustes divides it by its size, so
//! rotations, translations, scale and repeated features are ignored, as by linear CKA, which compares the same inner
//! products: CKA by squares of singular values, Procrustes by the singular values themselves, so that small directions
//! count for more. With a smaller `alpha` they count for still more, and with `alpha=0` all count alike, which is CCA with
//! what CCA ignores and refuses. With `scale=keep` the size counts, and scale and repeated features are seen.
//!
//! # Lists of neighbors
//! `knn` keeps a list of the nearest conditions of each condition, and no distances. Transformations that keep the order of
//! the distances are ignored, so lists ignore what the distances ignore, and scale. `cknna` keeps the inner products with
//! the nearest as well. Its two masks make matrices that are not symmetric, and so the score depends, a little, on which
//! representation is first.
//!
//! # Bias and chance
//! A profile calls a measure unbiased if independent data score 0 on average, at any number of features. For comparisons
//! of RDMs that ignore an offset this is exact: independent conditions may as well be exchanged, over all orders every
//! pair of one RDM meets every value of the other equally often, and an offset is all that is left. Plain cosines of
//! distances, Bures similarity, biased CKA and everything made of canonical correlations are above 0 by chance, the more
//! so the more features there are. Distances of shapes shrink in the same way, because a rotation of many dimensions fits
//! anything better. Lists of k neighbors share k/(n − 1) by chance, at any number of features; `chance=corrected` takes
//! this away.
//!
//! # What no measure here ignores
//! No similarity is a metric: one minus a similarity is a distance without the triangle inequality. The angle whose cosine
//! is CKA has it, and the tests have both as examples; of the catalogue, the angular and chordal distances of shapes and
//! the size-and-shape distance have it. And what only predictivity sees, through its folds, is a joint reordering of the
//! conditions.
//!
//! # The laws
//! `cargo xtask laws` checks all of this again: for every measure, each transformation and either argument, what is
//! declared ignored leaves the score as it is on all data, and what is not declared moves it. `cargo xtask laws --teeth`
//! shows that the laws notice: it runs them on measures with the defects named above. For a measure of your own, the
//! same laws are the library `rsa-laws`.
//!
#![doc = include_str!("ignores/observed.md")]
