% G = F F' of features (C, H, W); divided by H W C when `normalize` is true.
% Document 002, section 4.1, as it stands there: nothing to put right. F has the positions
% in the order of columns, which a Gram matrix does not see.
function result = gram_matrix(features, normalize)
    [C, H, W] = size(features);
    first = reshape(features, [C, H*W]);
    result = first * first';
    if normalize
        result = result / (H*W*C);
    end
end
