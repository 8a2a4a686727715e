% sum over layers of style_weights(i) sum (G - A)^2, with Gram matrices over H W C.
% feats is a cell array with the features (C, H, W) of each layer; style_layers says which
% of them count. Document 002 has feats(:, style_layers(i), :) here, which is row
% style_layers(i) of one layer's features: it runs, and is wrong (errata S2-6, and
% style_loss_of_rows.m).
function style_losses = style_loss(feats, style_layers, style_targets, style_weights)
    style_losses = 0;
    for i = 1:length(style_layers)
        now = gram_matrix(feats{style_layers(i)}, 1) - style_targets{i};
        style_losses = style_losses + style_weights(i) * sum(now(:).*now(:));
    end
end
