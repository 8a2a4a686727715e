% Computes the losses of document 002 of tensors in files, and prints one number a line
% under its name. tests/test_octave.c runs it and compares with the library:
%
%     octave-cli --norc --no-history bench/octave/compare.m FOLDER
%
% FOLDER has first.npy and second.npy, features (C, H, W) of two layers; first_style.npy
% and second_style.npy, those of the painting; content.npy, the photograph's in the first
% layer; image.npy (3, H, W).
folder = argv(){end};
addpath(fileparts(mfilename('fullpath')));
get = @(name) read_npy(fullfile(folder, [name '.npy']));

first = get('first');
feats = {first, get('second')};
targets = {gram_matrix(get('first_style'), 1), gram_matrix(get('second_style'), 1)};

say = @(name, value) printf('%s %.17g\n', name, value);
gram = gram_matrix(first, 0);
say('gram', gram(1, 2));
by_size = gram_matrix(first, 1);
say('gram_chw', by_size(1, 2));
say('content', content_loss(3, first, get('content')));
say('style', style_loss(feats, [1 2], targets, [0.25 2]));
say('style_of_rows', style_loss_of_rows(first, 2, targets(1), 0.25));
say('tv', tv_loss(get('image'), 0.02));

% Reading rows first instead of columns leaves the Gram matrix (errata S2-12).
rows_first = reshape(permute(first, [1 3 2]), size(first, 1), []);
say('order', max(max(abs(rows_first * rows_first' - gram))) / max(gram(:)));
